using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Containment;

/// <summary>A containment with its opened facts.</summary>
/// <param name="Row">The row of the store.</param>
/// <param name="Facts">What is contained, its author and the reason.</param>
internal sealed record Contained(ContainmentRow Row, ContainmentFacts Facts)
{
    /// <summary>Its id, which is not a secret.</summary>
    public string Id => Row.Id;
}
