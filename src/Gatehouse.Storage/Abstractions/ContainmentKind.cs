namespace Gatehouse.Storage.Abstractions;

/// <summary>Kinds of containments. The numbers are stored.</summary>
public enum ContainmentKind
{
    /// <summary>An upstream server.</summary>
    Server,

    /// <summary>A tool of a server.</summary>
    Tool,

    /// <summary>A user, with all clients.</summary>
    User,

    /// <summary>A client, with all users.</summary>
    Client,

    /// <summary>One session.</summary>
    Session,
}
