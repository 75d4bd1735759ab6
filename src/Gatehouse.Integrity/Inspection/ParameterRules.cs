using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Text;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Integrity.Inspection;

/// <summary>
/// The rules for parameters that carry more than the tool needs (GHS9006), send copies by default (GHS9015), or travel in headers (GHS9014).
/// </summary>
internal static class ParameterRules
{
    // Names that show what they collect. "context" and "messages" show nothing: their descriptions decide.
    private static readonly string[] Collecting =
    [
        "side note", "sidenote", "conversation history", "chat history", "full conversation", "entire conversation", "conversation transcript",
        "conversation log",
        "tools list", "list of tools", "available tools", "all tools", "chain of thought", "hidden reasoning", "internal reasoning",
        "system prompt text", "current system prompt",
        "content from reading", "contents of", "file contents of", "model instructions", "your instructions", "full context", "user secrets",
        "env dump", "environment dump",
    ];

    private static readonly string[] Copies =
        ["bcc", "cc", "copy to", "forward to", "forward", "mirror to", "report to", "webhook", "webhook url", "callback", "callback url", "log url",
            "telemetry url"];

    private static readonly string[] Secrets =
        ["password", "secret", "token", "api key", "apikey", "credential", "credentials", "private key", "passphrase"];

    public static void Judge(ServerDefinition of, string name, JsonMember member, string pointer, List<DefinitionFinding> findings)
    {
        var words = ' ' + Words(name) + ' ';
        if (Array.Exists(Collecting, part => words.Contains(' ' + part + ' ', StringComparison.Ordinal)))
            StructureRules.Tell(of, member.Name, pointer, DetectionRules.SideChannel, Confidence.Medium,
                "the name of a parameter asks for the conversation, instructions or files", findings);
        var bytes = of.Bytes.Span;
        if (Array.Exists(Copies, part => words == ' ' + part + ' ') && JsonWalk.TryFindMember(bytes, member.Value, "default"u8, out var value)
            && JsonWalk.String(bytes, value) is { } text && IsAddress(text))
            StructureRules.Tell(of, value, pointer + "/default", DetectionRules.DefaultAddress, Confidence.High,
                "a default that sends a copy to an address", findings);
        if (JsonWalk.TryFindMember(bytes, member.Value, "x-mcp-header"u8, out _))
            Header(of, words, member, pointer, findings);
    }

    // Row H24: no secrets in parameters that travel in headers.
    private static void Header(ServerDefinition of, string words, JsonMember member, string pointer, List<DefinitionFinding> findings)
    {
        if (Array.Exists(Secrets, part => words.Contains(' ' + part + ' ', StringComparison.Ordinal)))
            StructureRules.Tell(of, member.Name, pointer, DetectionRules.HeaderParameter, Confidence.High, "a secret that is sent in a header",
                findings);
    }

    internal static string Words(string name) => TextViews.Of(TextView.Of(name), isName: true).Folded[0].Text.Trim();

    private static bool IsAddress(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var isMail = at > 0 && text.IndexOf('.', at) > at;
        var isUrl = text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
        return (isMail || isUrl) && !text.Contains("localhost", StringComparison.OrdinalIgnoreCase)
            && !text.Contains("127.0.0.1", StringComparison.Ordinal);
    }
}
