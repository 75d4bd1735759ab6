namespace Gatehouse.Outbound;

/// <summary>The origin of a URL, which decides the addresses that it may lead to (design rule 3, E01-E06).</summary>
public enum DestinationTrust
{
    /// <summary>Named in configuration: any address except link-local ones, where clouds have their metadata services.</summary>
    Configured,

    /// <summary>Learned from others (metadata, documents): only public addresses, only by https.</summary>
    Learned,
}
