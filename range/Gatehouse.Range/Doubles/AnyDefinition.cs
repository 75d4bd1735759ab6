using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Schemas;
using Gatehouse.Protocol;

namespace Gatehouse.Range.Doubles;

/// <summary>For twins that look up no definition: the called tool is taken for one that declares nothing.</summary>
internal static class AnyDefinition
{
    public static void GiveTo(Exchange exchange)
    {
        if (exchange.Message is { Method: "tools/call" } message)
            exchange.Tool ??= new ToolDefinition(message.Text(EnvelopeMember.ParamsName) ?? "", [], null);
    }
}
