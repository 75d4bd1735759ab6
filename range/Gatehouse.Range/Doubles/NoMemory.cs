using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Definitions;

namespace Gatehouse.Range.Doubles;

/// <summary>Remembers nothing of what anybody was told of definitions.</summary>
internal sealed class NoMemory : IAdvertisedDefinitionStore
{
    public AdvertisedDefinitions Of(ConversationSlots session) => new();
}
