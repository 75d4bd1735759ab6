using Gatehouse.Integrity.Definitions;
using Gatehouse.Pipeline.Inspection.Texts;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>
/// The definitions of a server in an answer to a list, to <c>initialize</c> or to <c>server/discover</c>. The gateway inspects them as definitions,
/// and only what else the answer carries as a text of a message.
/// </summary>
/// <param name="Definitions">The definitions.</param>
/// <param name="Refused">Entries that cannot be pinned, such as one without a name. The gateway never shows them.</param>
/// <param name="Others">The rest of the answer, as the gateway judges it.</param>
internal sealed record AnsweredDefinitions(IReadOnlyList<ServerDefinition> Definitions, int Refused, MessageTexts Others)
{
    private static readonly (string Member, DefinitionKind Kind, string Method)[] Lists =
    [
        ("tools", DefinitionKind.Tool, "tools/list"), ("prompts", DefinitionKind.Prompt, "prompts/list"),
        ("resources", DefinitionKind.Resource, "resources/list"), ("resourceTemplates", DefinitionKind.ResourceTemplate, "resources/templates/list"),
    ];

    private static readonly string[] OfServer = ["capabilities", "instructions", "serverInfo"];

    /// <summary>Returns the definitions of a result; null when it is no answer with definitions, as far as its members say.</summary>
    public static AnsweredDefinitions? Of(ValidatedMessage message)
    {
        if (!message.IsObject(EnvelopeMember.Result)) return null;
        var result = message.Range(EnvelopeMember.Result);
        var (definitions, refused) = (new List<ServerDefinition>(), 0);
        string? method = null;
        foreach (var list in Lists.Where(list => Has(list.Member)))
        {
            method = list.Method;
            refused += DefinitionReader.ReadList(list.Kind, message.Bytes, result, definitions);
        }

        if (method is null && OfServer.Any(Has))
        {
            method = "initialize";
            refused += DefinitionReader.ReadServer(message.Bytes, result, definitions);
        }

        return method is null ? null : new AnsweredDefinitions(definitions, refused, MessageTexts.OfResult(method, message));

        bool Has(string member) => JsonWalk.TryFindMember(message.Bytes.Span, result, System.Text.Encoding.UTF8.GetBytes(member), out _);
    }
}
