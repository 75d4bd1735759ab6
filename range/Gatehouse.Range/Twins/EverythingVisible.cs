using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Listing;

namespace Gatehouse.Range;

/// <summary>Shows every entry of a list to everybody.</summary>
internal sealed class EverythingVisible : IListVisibility
{
    public VisibleList Of(Exchange exchange, ServerList list) => VisibleList.Of(list, static _ => true);
}
