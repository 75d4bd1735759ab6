using Gatehouse.Pipeline.Lists;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>What of a server's list one caller sees.</summary>
public interface IListVisibility
{
    /// <summary>The list as the caller of the exchange sees it.</summary>
    VisibleList Of(Exchange exchange, ServerList list);
}

/// <summary>Shows a caller what <see cref="Visibility"/> says is there for it, by the snapshot of the exchange.</summary>
public sealed class ListVisibility : IListVisibility
{
    /// <inheritdoc />
    public VisibleList Of(Exchange exchange, ServerList list)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return VisibleList.Of(exchange, exchange.Snapshot, list);
    }
}
