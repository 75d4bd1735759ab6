using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;

namespace Gatehouse.Range.Doubles;

/// <summary>Shows every entry of a list to everybody.</summary>
internal sealed class EverythingVisible : IListVisibility
{
    public VisibleList Of(Exchange exchange, ServerList list) => VisibleList.Of(list, static _ => true);
}
