using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>The part of a server's list that one caller sees.</summary>
public interface IListVisibility
{
    /// <summary>Returns the list as the caller of the exchange sees it.</summary>
    VisibleList Of(Exchange exchange, ServerList list);
}

/// <summary>The visibility that <see cref="Visibility"/> decides, by the snapshot of the exchange.</summary>
public sealed class ListVisibility : IListVisibility
{
    /// <inheritdoc />
    public VisibleList Of(Exchange exchange, ServerList list)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return Visibility.Of(exchange, exchange.Snapshot, list);
    }
}
