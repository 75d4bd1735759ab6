using Gatehouse.Pipeline.Conversations;

namespace Gatehouse.Pipeline.Listing;

/// <summary>What a caller was last told of each list, in a legacy session or on one stream. Safe for concurrent use.</summary>
public sealed class ToldLists
{
    /// <summary>Where a legacy session keeps it.</summary>
    public static readonly ConversationSlot<ToldLists> Slot = new(static () => new ToldLists());

    private readonly ToldList?[] told = new ToldList?[ListKinds.Count];

    /// <summary>The last; null when he was told nothing.</summary>
    public ToldList? Of(ListKind kind) => Volatile.Read(ref told[(int)kind]);

    /// <summary>Notes what he sees now.</summary>
    public void Note(VisibleList visible)
    {
        ArgumentNullException.ThrowIfNull(visible);
        Volatile.Write(ref told[(int)visible.List.Kind], new ToldList(visible.Version, visible.Hidden > 0));
    }
}
