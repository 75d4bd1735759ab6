using Gatehouse.Policy.Rules;

namespace Gatehouse.Settings;

/// <summary>The administrators who may read the audit log through the control socket. An administrator in no list may read nothing.</summary>
public sealed record ReadingSettings
{
    /// <summary>Administrators who may read entries of their own exchanges. Null for none.</summary>
    public WhoClause? Own { get; init; }

    /// <summary>Administrators who may read all entries. Null for none.</summary>
    public WhoClause? All { get; init; }

    /// <summary>Administrators who may also open kept requests of the entries that they may read. Null for none.</summary>
    public WhoClause? Payloads { get; init; }

    /// <summary>Administrators who may also erase what the log says about a person. Null for none.</summary>
    public WhoClause? Erase { get; init; }
}
