namespace Gatehouse.Outbound;

/// <summary>Where a URL comes from, and so which addresses it may lead to (design rule 3, E01-E06).</summary>
public enum DestinationTrust
{
    /// <summary>Named in configuration: any address but link-local ones, where clouds keep their metadata.</summary>
    Configured,

    /// <summary>Learned from others (metadata, documents): public addresses by https only.</summary>
    Learned,
}
