using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Pipeline.Containment;

/// <summary>The containments of a host that has none.</summary>
internal sealed class NothingContained : IContainments
{
    /// <summary>The only instance.</summary>
    public static NothingContained Instance { get; } = new();

    /// <inheritdoc />
    public bool IsAny => false;

    /// <inheritdoc />
    public string? Find(Exchange exchange) => null;
}
