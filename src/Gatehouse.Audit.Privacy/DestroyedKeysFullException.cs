namespace Gatehouse.Audit.Privacy;

/// <summary>
/// The list of destroyed keys has no room for further keys. No key was destroyed. An erasure meets it before its first step, so nothing else was
/// erased either.
/// </summary>
public sealed class DestroyedKeysFullException : IOException
{
    /// <summary>The remedy, for the operator.</summary>
    public const string Remedy = "where no copy of the table of keys is kept, lines that begin with 'key' are not needed: stop the gateway, remove them, "
        + "start it and erase again; see 'Loss of the keys' in docs/operators/audit-search.md";

    /// <summary>Makes an exception without a message.</summary>
    public DestroyedKeysFullException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What has no room, with the path of the list.</param>
    public DestroyedKeysFullException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">What has no room, with the path of the list.</param>
    /// <param name="inner">The cause.</param>
    public DestroyedKeysFullException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
