using Gatehouse.Pipeline.Lists;

namespace Gatehouse.Pipeline.Authorize;

/// <summary>What of a server's list one caller sees.</summary>
public interface IListVisibility
{
    /// <summary>The list as the caller of the exchange sees it.</summary>
    VisibleList Of(Exchange exchange, ServerList list);
}
