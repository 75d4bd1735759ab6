using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Quarantine;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Quarantine;

/// <summary>Every name under which a host composes a part of its quarantine.</summary>
internal static class QuarantinePartNames
{
    /// <summary>The place where results are kept, as the pipeline uses it.</summary>
    public static PartName<IQuarantine> Keeper { get; } = new("quarantine/keeper");

    /// <summary>The stored results.</summary>
    public static PartName<IQuarantineStore> Store { get; } = new("quarantine/store");
}
