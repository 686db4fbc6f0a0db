// ECharts with what our charts need and no more, as a module. For pages that draw charts.
//
// Its tooltips are drawn on the canvas (`tooltip: {renderMode: 'richText'}`, set below): the
// other kind writes style attributes, which our content security policy refuses.
import { BarChart, GraphChart, HeatmapChart, LineChart, PieChart, SankeyChart } from 'echarts/charts'
import {
  AriaComponent,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components'
import * as core from 'echarts/core'
import { LabelLayout } from 'echarts/features'
import langES from 'echarts/i18n/langES-obj.js'
import { CanvasRenderer } from 'echarts/renderers'

core.use([BarChart, LineChart, PieChart, GraphChart, SankeyChart, HeatmapChart])
core.use([GridComponent, TooltipComponent, LegendComponent, AriaComponent, DatasetComponent, VisualMapComponent])
core.use([LabelLayout, CanvasRenderer])
core.registerLocale('ES', langES)
core.registerPreprocessor((option) => {
  for (const tooltip of [option.tooltip ?? []].flat()) tooltip.renderMode = 'richText'
})

// A chart in `element`, in the page's language.
export function init(element, theme, options) {
  return core.init(element, theme, { locale: document.documentElement.lang.toUpperCase(), ...options })
}

export { getInstanceByDom, registerTheme } from 'echarts/core'
