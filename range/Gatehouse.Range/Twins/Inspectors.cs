using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Inspection;

namespace Gatehouse.Range;

/// <summary>Response inspections that lack one rule.</summary>
internal static class Inspectors
{
    private static readonly BlankCatalogue Catalogue = new();

    /// <summary>Lists go on as the server wrote them.</summary>
    public static ResponseInspector WithoutLists => new(
        new CorrelationRule(), new ServerMessageRule(Catalogue), new ResultTypeRule(), new CapabilityRule());

    /// <summary>An answer goes on whatever its id.</summary>
    public static ResponseInspector WithoutCorrelation => new(
        new ServerMessageRule(Catalogue), new ResultTypeRule(), new CapabilityRule(), new ListRule());

    /// <summary>A server may say and ask anything at any time.</summary>
    public static ResponseInspector WithoutServerMessages => new(
        new CorrelationRule(), new ResultTypeRule(), new CapabilityRule(), new ListRule());
}
