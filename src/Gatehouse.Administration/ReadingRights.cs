namespace Gatehouse.Administration;

/// <summary>The entries of the audit log that an administrator may read through the host.</summary>
[Flags]
internal enum ReadingRights
{
    /// <summary>No entry.</summary>
    None = 0,

    /// <summary>Entries of exchanges whose subject is the administrator, of the same issuer.</summary>
    Own = 1,

    /// <summary>All entries.</summary>
    All = 2,

    /// <summary>Also kept requests of the entries that the administrator may read.</summary>
    Payloads = 4,

    /// <summary>Also erases what the log says about a person.</summary>
    Erase = 8,

    /// <summary>Entries of exchanges whose caller was in a group of <see cref="AdministratorToken.ReadableGroups"/>, and those of <see cref="Own"/>.</summary>
    Groups = 16,
}
