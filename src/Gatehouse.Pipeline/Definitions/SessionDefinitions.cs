using Gatehouse.Pipeline.Conversations;

namespace Gatehouse.Pipeline.Definitions;

/// <summary>
/// The store that keeps the definitions that a caller was sent with the state of its session; both end together.
/// </summary>
public sealed class SessionDefinitions : IAdvertisedDefinitionStore
{
    private SessionDefinitions()
    {
    }

    /// <summary>The only instance: it has no state of its own.</summary>
    public static SessionDefinitions Instance { get; } = new();

    /// <inheritdoc />
    public AdvertisedDefinitions Of(ConversationSlots session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return session.Get(AdvertisedDefinitions.Slot);
    }
}
