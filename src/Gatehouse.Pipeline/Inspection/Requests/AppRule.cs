using Gatehouse.Pipeline.Authorize;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Refusals;

namespace Gatehouse.Pipeline.Inspection.Requests;

/// <summary>Resources of MCP Apps are not there for a client (ST-09, X10): to name one is to name what does not exist.</summary>
internal sealed class AppRule : IRequestRule
{
    public string Name => "mcp-app";

    public bool JudgesEdited => true;

    public ValueTask<RuleVerdict> JudgeAsync(Exchange exchange, ValidatedMessage message, CancellationToken cancellation) => new(
        ResourceUri.IsApp(message.Text(EnvelopeMember.ParamsUri))
            ? RuleVerdict.Refuse(NotFound.Refusal(exchange, PolicyTarget.Resource, Reasons.AppsDenied.Slug))
            : RuleVerdict.Pass);
}
