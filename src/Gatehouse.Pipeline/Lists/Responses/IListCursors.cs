using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Pipeline.Lists.Responses;

/// <summary>
/// Cursors of the gateway, sealed to caller, server and list, so that they reveal nothing and are invalid for other callers (design rule 11).
/// </summary>
public interface IListCursors
{
    /// <summary>Seals a cursor for the position. Its length does not depend on the position.</summary>
    string Seal(Exchange exchange, ListKind kind, ListPosition position);

    /// <summary>Opens a cursor. Returns null when it is not the gateway's, belongs to another caller or list, or is too old.</summary>
    ListPosition? Open(Exchange exchange, ListKind kind, string cursor);
}
