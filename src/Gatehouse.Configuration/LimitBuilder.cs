using Gatehouse.Configuration.Reading;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>
/// Makes the bounds of <c>limits</c>, for the gateway and for wrapped servers alike. One mapping for both files: a bound that one of them accepts
/// holds there. A key that a file does not have keeps the default of the settings.
/// </summary>
internal static class LimitBuilder
{
    private static readonly LimitSettings Defaults = new();

    public static LimitSettings Build(ConfigurationSection section) => new()
    {
        Connections = Number(section, "connections", Defaults.Connections),
        ConnectionsPerAddress = Number(section, "connectionsPerAddress", Defaults.ConnectionsPerAddress),
        ConcurrencyPerCaller = Number(section, "concurrencyPerCaller", Defaults.ConcurrencyPerCaller),
        StreamsPerCaller = Number(section, "streamsPerCaller", Defaults.StreamsPerCaller),
        CallerShare = Number(section, "callerShare", Defaults.CallerShare),
        Keys = Number(section, "keys", Defaults.Keys),
        BufferedBytes = Value(section, "bufferedBytes", Defaults.BufferedBytes),
        HeaderTimeout = Value(section, "headerTimeout", Defaults.HeaderTimeout),
        BodyTimeout = Value(section, "bodyTimeout", Defaults.BodyTimeout),
        MinBodyBytesPerSecond = Number(section, "minBodyBytesPerSecond", Defaults.MinBodyBytesPerSecond),
        HeaderBytes = Number(section, "headerBytes", Defaults.HeaderBytes),
    };

    private static int Number(ConfigurationSection section, string key, int absent) => (int)Value<long>(section, key, absent);

    private static T Value<T>(ConfigurationSection section, string key, T absent)
        where T : struct => section.Find(key) is { } value ? (T)value.Content : absent;
}
