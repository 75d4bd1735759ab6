using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Uris;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection.Requests;

/// <summary>
/// The rule that hides resources of MCP Apps from clients (ST-09, X10): a request for one is answered as for a resource that does not exist.
/// </summary>
internal sealed class AppRule : IRequestRule
{
    public string Name => "mcp-app";

    public bool JudgesEdited => true;

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) => new(
        ResourceUri.IsApp(message.Text(EnvelopeMember.ParamsUri))
            ? RuleVerdict.Refuse(NotFound.Refusal(exchange, PolicyTarget.Resource, Reasons.AppsDenied.Slug))
            : RuleVerdict.Pass);
}
