using System.Security.Cryptography;
using Gatehouse.Files;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Onboarding;

/// <summary>A configuration file that may be edited, as it was read.</summary>
/// <param name="Path">Absolute path without a link in it.</param>
/// <param name="Tree">Folder of the person; everything between it and the file was judged too.</param>
/// <param name="Bytes">Its content.</param>
/// <param name="Facts">The system's facts about it; null where the system is not asked.</param>
/// <param name="Judge">The rules that judged it, and judge it again.</param>
internal sealed record EditableFile(string Path, string Tree, byte[] Bytes, FileStatus? Facts, IEditReview Judge)
{
    /// <summary>SHA-256 of the content, as the ledger writes it.</summary>
    public string Digest => DigestOf(Bytes);

    /// <summary>Returns the SHA-256 as the ledger writes it.</summary>
    public static string DigestOf(ReadOnlySpan<byte> bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>
    /// Reads the file, or returns the reason why it is not edited. A file that is not certainly only this person's is not touched (design rule 4).
    /// </summary>
    public static EditableFile? Read(string path, string tree, IEditReview judge, out string? reason)
    {
        if (BoundedFile.Read(path, tree, out reason) is not { } bytes)
        {
            reason ??= "the file no longer exists";
            return null;
        }

        reason = judge.Refuse(path, tree);
        if (reason is not null) return null;
        return new EditableFile(path, tree, bytes, PosixFile.Facts(path), judge);
    }
}
