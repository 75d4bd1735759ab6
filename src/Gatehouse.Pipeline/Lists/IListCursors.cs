namespace Gatehouse.Pipeline.Lists;

/// <summary>Cursors of ours, sealed to caller, server and list, so that they say nothing and open for nobody else (design rule 11).</summary>
public interface IListCursors
{
    /// <summary>A cursor for the position. Its length does not depend on the position.</summary>
    string Seal(Exchange exchange, ListKind kind, ListPosition position);

    /// <summary>The position; null when the cursor is not ours, not this caller's, for something else, or too old.</summary>
    ListPosition? Open(Exchange exchange, ListKind kind, string cursor);
}
