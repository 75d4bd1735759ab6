using System.Globalization;
using Gatehouse.Containment;

namespace Gatehouse.Gateway.Hosting;

/// <summary>Work and state of a host as facts for <c>gatehouse status</c>. It needs less than <see cref="GatewayMetrics"/>, which has more series.</summary>
internal static class WorkFacts
{
    /// <summary>Returns the facts. Refusals appear only for reasons that were given.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(GatewayCore core)
    {
        var exchanges = core.Services.Measures.Exchanges.ToList();
        yield return Fact("exchanges", exchanges.Sum(row => row.Count));
        yield return Fact("refused", exchanges.Where(row => row.Outcome == "refused").Sum(row => row.Count));
        foreach (var (code, count) in core.Services.Measures.Refusals.OrderBy(row => row.Code, StringComparer.Ordinal))
            yield return Fact("refused." + code, count);
        if (core.Services.Alarms.Sentence() is { } alarms) yield return KeyValuePair.Create("alarms", alarms);
        foreach (var fact in ContainmentFigures.Facts(core.Services.Get<ContainmentState>().Current)) yield return fact;
        yield return Fact("streams", core.Registry.Streams().Count);
        yield return Fact("held", core.Registry.Held);
        if (core.Services.Quarantine.Book.Use is { Results: > 0 } kept) yield return Fact("quarantined", kept.Results);
        yield return Fact("connections", core.Services.Connections.Open);
        if (core.Services.Connections.Refused is > 0 and var closed) yield return Fact("connectionsRefused", closed);
        foreach (var fact in core.Services.Certificates.Facts()) yield return fact;
        yield return Fact("bufferedBytes", core.Services.Budget.Used);
        yield return Fact("omittedLines", core.OmittedLines);
        foreach (var webhook in core.Snapshots.Current.Settings.Approvals.Webhooks)
        {
            if (core.Services.Webhooks.Counts.FailedTo(webhook.Name) is > 0 and var failed) yield return Fact($"webhook.{webhook.Name}.failed", failed);
            if (core.Webhooks.Waiting(webhook.Name) is > 0 and var unsent) yield return Fact($"webhook.{webhook.Name}.waiting", unsent);
        }

        foreach (var server in core.Snapshots.Current.Settings.Servers)
        {
            if (core.Registry.Waiting(server.Name) is > 0 and var waiting) yield return Fact("waiting." + server.Name, waiting);
        }
    }

    private static KeyValuePair<string, string> Fact(string name, long value) =>
        new(name, value.ToString(CultureInfo.InvariantCulture));
}
