namespace Gatehouse.Pipeline.Definitions;

/// <summary>The definitions that callers were sent, by which a definition that changes in a session is recognised (TP-02).</summary>
public interface IAdvertisedDefinitionStore
{
    /// <summary>The definitions that the caller of an exchange was sent.</summary>
    AdvertisedDefinitions Of(Exchange exchange);
}
