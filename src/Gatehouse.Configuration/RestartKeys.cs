using Gatehouse.Configuration.Keys;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>The rows whose values are taken at the start only. A reload that took another one without effect would mislead.</summary>
internal static class RestartKeys
{
    /// <summary>Returns the paths of those whose values differ.</summary>
    public static IEnumerable<string> Changed(GatewaySettings current, GatewaySettings next) =>
    [
        .. Changed(current.Limits, next.Limits), .. Changed(current.DPoP, next.DPoP), .. Changed(current.Management, next.Management),
        .. Changed(current.Audit, next.Audit),
    ];

    private static IEnumerable<string> Changed<T>(T current, T next) =>
        from key in ConfigurationKeys.All.OfType<SettingsKey<T>>()
        where key.NeedsRestart && key.Get(current) != key.Get(next)
        select key.Path;
}
