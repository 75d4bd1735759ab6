namespace Gatehouse.Administration;

/// <summary>The server, tool, user, client or session that an act about containments names.</summary>
/// <param name="Kind">The kind, one of <see cref="Kinds"/>; another word is refused.</param>
/// <param name="Issuer">Issuer of a user or client; empty for the other kinds.</param>
/// <param name="Name">The server, also of a tool; the user or client at the issuer; or the id of the session.</param>
/// <param name="Tool">The tool; empty for the other kinds.</param>
internal sealed record ContainmentTarget(string Kind = "", string Issuer = "", string Name = "", string Tool = "")
{
    /// <summary>An upstream server.</summary>
    public const string Server = "server";

    /// <summary>A tool of a server.</summary>
    public const string OfTool = "tool";

    /// <summary>A user, with all clients.</summary>
    public const string User = "user";

    /// <summary>A client, with all users.</summary>
    public const string Client = "client";

    /// <summary>One session.</summary>
    public const string Session = "session";

    /// <summary>The longest name, in characters.</summary>
    public const int LongestName = 1024;

    /// <summary>The kinds.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Server, OfTool, User, Client, Session];

    /// <summary>Returns true for a user or client, which has an issuer.</summary>
    internal bool HasIssuer => Kind is User or Client;

    /// <summary>Returns the reason why it names nothing; null when it names something.</summary>
    public ActionRefusal? Fault()
    {
        if (!Kinds.Contains(Kind)) return ActionRefusal.NoContainmentKind;
        if (Name.Length is 0 or > LongestName || Tool.Length > LongestName || Issuer.Length > LongestName) return ActionRefusal.NothingContained;
        return (Kind == OfTool) == (Tool.Length == 0) || HasIssuer == (Issuer.Length == 0) ? ActionRefusal.NothingContained : null;
    }

    /// <summary>Returns it in words, such as <c>tool pay at server billing</c>.</summary>
    public override string ToString() => Kind switch
    {
        OfTool => $"tool {Tool} at server {Name}",
        User or Client => $"{Kind} {Name} of {Issuer}",
        _ => $"{Kind} {Name}",
    };
}
