using Gatehouse.Configuration;

namespace Gatehouse.Gateway.Configurations;

/// <summary>A change of the configuration in force.</summary>
/// <param name="Read">Reads the new configuration.</param>
/// <param name="Origin">Who changes it, and in which way.</param>
internal sealed record ConfigurationChange(Func<ConfigurationResult> Read, ConfigurationOrigin Origin)
{
    /// <summary>
    /// Writes the files, when all else is good and the entry is durable, and before the configuration is in force. Null where the files are there.
    /// </summary>
    public Action? WriteFiles { get; init; }

    /// <summary>Further facts of the entry.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];
}
