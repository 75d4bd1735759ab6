using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace Gatehouse.Inventory.Checks;

/// <summary>
/// The accounts that may write or read a file on Windows, from its access list. Groups that every account of the machine or network is in count as
/// others; administrators, the system and this account do not.
/// </summary>
internal static class WindowsRights
{
    // Everyone, anonymous, authenticated users, interactive users, users, guests (MS-DTYP 2.4.2.4).
    private static readonly string[] Others = ["S-1-1-0", "S-1-5-7", "S-1-5-11", "S-1-5-4", "S-1-5-32-545", "S-1-5-32-546"];

    // The system, administrators, and the installer of Windows own what administrators set.
    private static readonly string[] Administrators = ["S-1-5-18", "S-1-5-32-544", "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"];

    // Write data, append data, delete, change permissions, take ownership (MS-DTYP 2.4.3); generic write and all, which lists of inherited rights
    // may hold.
    private const int Writing = 0x2 | 0x4 | 0x10000 | 0x40000 | 0x80000;

    private const int GenericWriting = 0x40000000 | 0x10000000;

    // Read data; generic read and all.
    private const int Reading = 0x1;

    private const int GenericReading = unchecked((int)0x80000000) | 0x10000000;

    /// <summary>Returns whether others may change the file.</summary>
    [SupportedOSPlatform("windows")]
    public static bool IsWritableByOthers(string path) => Rules(path) is { } rules && Gives(rules, Writing, GenericWriting);

    /// <summary>Returns whether others may read the file.</summary>
    [SupportedOSPlatform("windows")]
    public static bool IsReadableByOthers(string path) => Rules(path) is { } rules && Gives(rules, Reading, GenericReading);

    /// <summary>
    /// Returns the owner, where it is neither this account nor an administrator. Null otherwise, or where the system has no answer.
    /// </summary>
    [SupportedOSPlatform("windows")]
    public static string? ForeignOwner(string path)
    {
        try
        {
            var owner = new FileInfo(path).GetAccessControl(AccessControlSections.Owner).GetOwner(typeof(SecurityIdentifier))?.Value;
            using var me = WindowsIdentity.GetCurrent();
            return owner is null || owner == me.User?.Value || Administrators.Contains(owner) ? null : owner;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            return null;
        }
    }

    /// <summary>
    /// Returns whether the entries, in the order of the list, give others one of the rights. A right that was denied before is not given.
    /// </summary>
    /// <param name="entries">Security identifier, mask, and whether it allows.</param>
    /// <param name="rights">The rights.</param>
    /// <param name="generic">Generic rights that hold them.</param>
    internal static bool Gives(IEnumerable<(string Sid, int Mask, bool Allows)> entries, int rights, int generic)
    {
        var denied = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (sid, mask, allows) in entries.Where(entry => Others.Contains(entry.Sid)))
        {
            var meant = (mask & generic) != 0 ? rights : mask & rights;
            if (!allows) denied[sid] = denied.GetValueOrDefault(sid) | meant;
            else if ((meant & ~denied.GetValueOrDefault(sid) & ~denied.GetValueOrDefault("S-1-1-0")) != 0) return true;
        }

        return false;
    }

    [SupportedOSPlatform("windows")]
    private static List<(string Sid, int Mask, bool Allows)>? Rules(string path)
    {
        try
        {
            var list = new FileInfo(path).GetAccessControl(AccessControlSections.Access)
                .GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier));
            return [.. list.Cast<FileSystemAccessRule>()
                .Select(rule => (rule.IdentityReference.Value, (int)rule.FileSystemRights, rule.AccessControlType == AccessControlType.Allow))];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            return null;
        }
    }
}
