namespace Gatehouse.Audit.Privacy;

/// <summary>The list of destroyed keys has no room for further keys. No key was destroyed.</summary>
/// <param name="message">What has no room, with the path of the list.</param>
public sealed class DestroyedKeysFullException(string message) : IOException(message)
{
    /// <summary>Makes an exception without a message.</summary>
    public DestroyedKeysFullException()
        : this("the list of destroyed keys has no room")
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">As above.</param>
    /// <param name="inner">The cause.</param>
    public DestroyedKeysFullException(string message, Exception inner)
        : this($"{message}: {inner?.Message}")
    {
    }

    /// <summary>The remedy, for the operator.</summary>
    public string Remedy => "where no copy of the table of keys is kept, lines that begin with 'key' are not needed: stop the gateway, remove them, start it "
        + "and erase again; see 'Loss of the keys' in docs/operators/audit-search.md";
}
