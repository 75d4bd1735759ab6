namespace Gatehouse.Gateway.Tests.Configuration;

/// <summary>A file with one fault.</summary>
/// <param name="Yaml">The file.</param>
/// <param name="Line">Line of the fault.</param>
/// <param name="Path">Its path.</param>
/// <param name="Message">Part of its message.</param>
/// <param name="Remedy">Part of its remedy; empty where it does not matter.</param>
internal sealed record FaultCase(string Yaml, int Line, string Path, string Message, string Remedy = "")
{
    private const string Good =
        """
        version: 1
        publicUrl: https://mcp.example.com
        issuers: [{ issuer: https://login.example.com }]
        servers:
          notes: { url: https://notes.example.com/mcp }

        """;

    /// <summary>True loads with <c>--dev</c>.</summary>
    public bool Development { get; init; }

    /// <summary>A good file of five lines and more from line 6 on.</summary>
    public static string With(string more) => Good + more + "\n";

    /// <summary>A good file with one piece exchanged.</summary>
    public static string But(string piece, string other)
    {
        Assert.Contains(piece, Good, StringComparison.Ordinal);
        return Good.Replace(piece, other, StringComparison.Ordinal);
    }

    /// <summary>A good file with other keys in the server of line 5.</summary>
    public static string Server(string keys) => But("url: https://notes.example.com/mcp", keys);

    /// <summary>A good file with other keys in the issuer of line 3.</summary>
    /// <summary>Keys of an Entra issuer whose connection to Microsoft Graph has these keys.</summary>
    public static string Graph(string keys, string client = "11111111-1111-4111-8111-111111111111") =>
        "issuer: https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0, profile: entra, client: { id: " + client
            + ", secret: \"env:A\" }, graph: { " + keys + " }";

    public static string Issuer(string keys) => But("issuer: https://login.example.com", keys);

    /// <summary>A good file with a rule in line 6.</summary>
    public static string Rule(string keys) => With($"policy: [{{ {keys} }}]");
}
