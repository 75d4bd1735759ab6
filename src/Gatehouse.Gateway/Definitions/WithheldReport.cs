using System.Collections.Concurrent;
using Gatehouse.Diagnostics;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Definitions;

/// <summary>
/// The report of withheld definitions to the operator. A server decides how much it sends, so the log gets one line a minute for each server. The
/// command shows all of it.
/// </summary>
/// <param name="current">Returns the settings in force; null before the first.</param>
/// <param name="options">The options of the host.</param>
internal sealed class WithheldReport(Func<GatewaySettings?> current, GatewayHostOptions options)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, long> lastReported = new(StringComparer.Ordinal); // servers of the configuration

    /// <summary>Receives each definition that is withheld, with a line for a person. The thread that judges calls it, so it must not wait.</summary>
    public Action<WithheldDefinition, string> OnWithheld { get; set; } = static (_, _) => { };

    /// <summary>Reports a definition.</summary>
    public void Report(WithheldDefinition one)
    {
        if (current() is not { } settings) return;
        var remedy = DefinitionProtectionSummary.Remedy(settings, options);
        OnWithheld(one, $"server {one.Server}: {Named(one.Definition)} is withheld ({one.Reason}); {remedy}");
        if (!IsDue(one.Server)) return;
        options.Log.Write(OperatorEvents.DefinitionWithheld,
            LogValue.Configured(one.Server), LogValue.Code(DefinitionKinds.Text(one.Definition.Kind)), LogValue.Code(one.Reason),
            LogValue.Id(one.Digest), LogValue.Configured(remedy));
    }

    private bool IsDue(string server)
    {
        var now = options.Time.GetTimestamp();
        if (lastReported.TryGetValue(server, out var last) && options.Time.GetElapsedTime(last, now) < Pause) return false;
        lastReported[server] = now;
        return true;
    }

    private static string Named(ServerDefinition definition)
    {
        var kind = DefinitionKinds.Text(definition.Kind);
        return definition.Name.Length == 0 ? kind : $"{kind}/{ShownName.Of(definition.Name)}";
    }
}
