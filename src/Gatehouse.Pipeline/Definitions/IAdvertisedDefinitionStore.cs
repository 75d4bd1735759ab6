using Gatehouse.Pipeline.Conversations;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// A store of the definitions that callers were sent, by which the gateway recognizes a definition that changes in a session (TP-02).
/// </summary>
public interface IAdvertisedDefinitionStore
{
    /// <summary>Returns the definitions that the caller of an exchange was sent.</summary>
    /// <param name="session">State of the exchange's session, or of its replacement.</param>
    AdvertisedDefinitions Of(ConversationSlots session);
}
