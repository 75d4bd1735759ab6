using System.Diagnostics.CodeAnalysis;
using Gatehouse.Configuration.Texts;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>The settings, or every fault that prevents them.</summary>
public sealed record ConfigurationResult
{
    /// <summary>The settings, or null when there is a fault.</summary>
    public GatewaySettings? Settings { get; init; }

    /// <summary>All faults, by line.</summary>
    public required IReadOnlyList<ConfigurationFault> Faults { get; init; }

    /// <summary>The file that was read or looked for.</summary>
    public required string SourcePath { get; init; }

    /// <summary>Each value in force with its source. Empty when there is a fault.</summary>
    public IReadOnlyList<EffectiveValue> Values { get; init; } = [];

    /// <summary>
    /// The texts that were read, also those of a configuration with faults; null where the main file was not read. With faults it may lack files that
    /// the loader did not come to.
    /// </summary>
    public ConfigurationTexts? Texts { get; init; }

    /// <summary>
    /// The state folder. Of a configuration with faults it is there too, unless the text cannot be parsed or the key itself has a fault, so that a
    /// command finds the gateway whose file it is.
    /// </summary>
    public string? StateFolder { get; init; }

    /// <summary>True when there are settings.</summary>
    [MemberNotNullWhen(true, nameof(Settings))]
    public bool IsGood => Settings is not null;
}
