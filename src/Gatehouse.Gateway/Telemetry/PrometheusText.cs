using System.Globalization;
using System.Text;
using Gatehouse.Pipeline.Recording;

namespace Gatehouse.Gateway.Telemetry;

/// <summary>Writes the Prometheus text exposition format, version 0.0.4: one HELP and TYPE line for each family, then its samples.</summary>
internal sealed class PrometheusText
{
    /// <summary>The media type of the format.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder text = new(4096);

    /// <summary>Begins a family of samples.</summary>
    /// <param name="name">Its name; counters end with <c>_total</c>.</param>
    /// <param name="type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
    /// <param name="help">One sentence.</param>
    public void Family(string name, string type, string help)
    {
        text.Append("# HELP ").Append(name).Append(' ')
            .Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    /// <summary>Writes one sample.</summary>
    public void Sample(string name, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        text.Append(name);
        for (var at = 0; at < labels.Length; at++)
        {
            text.Append(at == 0 ? '{' : ',').Append(labels[at].Name).Append("=\"").Append(Escape(labels[at].Value)).Append('"');
        }

        if (labels.Length > 0) text.Append('}');
        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    /// <summary>Writes a family of one sample without labels.</summary>
    public void Single(string name, string type, string help, double value)
    {
        Family(name, type, help);
        Sample(name, value);
    }

    /// <summary>Writes the samples of a histogram with one label.</summary>
    public void Histogram(string name, LatencyHistogram histogram, (string Name, string Value) label)
    {
        var counts = histogram.Counts();
        long cumulative = 0;
        for (var at = 0; at < counts.Count; at++)
        {
            cumulative += counts[at];
            var bound = at < LatencyHistogram.UpperBounds.Count
                ? LatencyHistogram.UpperBounds[at].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
            Sample(name + "_bucket", cumulative, label, ("le", bound));
        }

        Sample(name + "_sum", histogram.Sum, label);
        Sample(name + "_count", cumulative, label);
    }

    /// <summary>Returns the text that was written.</summary>
    public override string ToString() => text.ToString();

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}
