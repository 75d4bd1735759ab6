using System.Runtime.CompilerServices;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Pipeline.Inspection.Responses;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Gateway.Tests.Conversations;

/// <summary>A rule that needs what spans servers: results of the server <c>second</c> are for conversations that had one of <c>first</c>.</summary>
internal sealed class AfterTheFirst : IResponseRule
{
    private static readonly ConversationSlot<StrongBox<bool>> HadFirst = new(static () => new StrongBox<bool>());

    public string Name => "after-the-first";

    public static PartReplacements Join() => PartReplacements.None.Put(PartNames.InspectResponse, new ResponseInspector(null, new AfterTheFirst()));

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation)
    {
        if (exchange.Message?.Method != "tools/call") return new(RuleVerdict.Pass);
        var had = exchange.Conversation.Slots.Get(HadFirst);
        if (exchange.Server.Name == "first") had.Value = true;
        return new(had.Value ? RuleVerdict.Pass : RuleVerdict.Refuse(Reasons.UpstreamFault, Name));
    }
}
