using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Gatehouse.Files;
using Gatehouse.Isolation.Tests.Support;

namespace Gatehouse.Isolation.Tests;

/// <summary>Places of a program that another account decides, also through owners, links and access lists.</summary>
[Trait("Requirement", "EX-02")]
public sealed partial class FileRightsTests : IDisposable
{
    private const UnixFileMode Usual = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode All = Usual | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private const uint Stranger = 65534;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void FileOfThisAccount_IsAccepted()
    {
        Assert.Null(FileRights.RefusePlace(Program("gatehouse")));
        Assert.Null(FileRights.RefusePlace(Link("link", "./gatehouse")));
        Assert.Null(FileRights.RefusePlace(Sticky("shared", "gatehouse")));
    }

    [Fact]
    public void FileOfAnotherAccount_IsRefused() => AssertRefused(Given(Program("gatehouse")), "gatehouse belongs to account 65534");

    [Fact]
    public void FolderOfAnotherAccount_IsRefused()
    {
        var program = Program("folder/gatehouse");
        _ = Given(Path.GetDirectoryName(program)!);
        AssertRefused(program, "folder belongs to account 65534");
    }

    [Fact]
    public void LinkOfAnotherAccountInAStickyFolder_IsRefused()
    {
        _ = Sticky("shared", "other");
        _ = Program("gatehouse");
        AssertRefused(Given(Link("shared/gatehouse", "../gatehouse")), "shared/gatehouse belongs to account 65534");
    }

    [Fact]
    public void StickyFolderOfAnotherAccount_IsRefused()
    {
        var program = Sticky("shared", "gatehouse");
        _ = Given(Path.GetDirectoryName(program)!);
        AssertRefused(program, "shared belongs to account 65534");
    }

    [Fact]
    public void TargetOfAnotherAccount_IsRefused()
    {
        _ = Given(Program("theirs"));
        AssertRefused(Link("gatehouse", "theirs"), "theirs belongs to account 65534");
    }

    // The group has the number of its owner, which makes it private for the owner and for no other account.
    [Fact]
    public void GroupOfAnotherAccount_HasOtherMembers()
    {
        var program = Given(Program("gatehouse"), Stranger);
        File.SetUnixFileMode(program, Usual | UnixFileMode.GroupWrite);
        Assert.Equal("a group may write it", FileRights.WrittenByOthers(program));
    }

    [Fact]
    public void AccessListThatLetsAnotherAccountWrite_IsRefused()
    {
        var program = Program("gatehouse");
        if (!SetList(program, 7)) Assert.Skip("the file system has no access lists");
        AssertRefused(program, "access list");
        Assert.True(SetList(program, 5));
        Assert.Null(FileRights.RefusePlace(program)); // it may only read
    }

    // The system goes from the target of the link to the folder above it, and not to the folder that the link is in.
    [Fact]
    public void TargetThatClimbsOutOfALink_IsJudgedWhereTheSystemGoes()
    {
        var theirs = Program("open/program");
        Directory.CreateDirectory(folder.File("open/sub"));
        _ = Program("safe/program", "good");
        _ = Link("safe/far", folder.File("open/sub"));
        var link = Link("safe/gatehouse", "far/../program");
        File.WriteAllText(theirs, "theirs");
        Assert.Equal("theirs", File.ReadAllText(link));
        Assert.Null(FileRights.RefusePlace(link));
        File.SetUnixFileMode(folder.File("open"), All);
        AssertRefused(link, "all accounts may write it");
        AssertRefused(folder.File("safe/far/../program"), "all accounts may write it");
        Assert.Null(FileRights.RefusePlace(folder.File("safe/program")));
    }

    [Fact]
    public void CircleOfLinks_IsRefused()
    {
        _ = Link("one", "two");
        AssertRefused(Link("two", "one"), "more than 40 links");
    }

    private static void AssertRefused(string path, string reason) => Assert.Contains(reason, FileRights.RefusePlace(path), StringComparison.Ordinal);

    private static string Given(string path, uint group = 0)
    {
        if (ChangeOwner(path, Stranger, group) != 0) Assert.Skip("only root can give a file to another account");
        return path;
    }

    private string Program(string name, string content = "")
    {
        var file = folder.File(name);
        var above = Path.GetDirectoryName(file)!;
        Directory.CreateDirectory(above);
        if (above != folder.Path) File.SetUnixFileMode(above, Usual);
        File.WriteAllText(file, content);
        File.SetUnixFileMode(file, Usual);
        return file;
    }

    private string Sticky(string name, string file)
    {
        var program = Program($"{name}/{file}");
        File.SetUnixFileMode(folder.File(name), All | UnixFileMode.StickyBit);
        return program;
    }

    private string Link(string name, string target)
    {
        File.CreateSymbolicLink(folder.File(name), target);
        return folder.File(name);
    }

    // The form in which Linux keeps a list (linux/posix_acl_xattr.h): version 2, then tag, rights and account of each entry.
    private static bool SetList(string path, ushort rights)
    {
        (ushort Tag, ushort Rights, uint Account)[] entries =
            [(1, 7, uint.MaxValue), (2, rights, Stranger), (4, 5, uint.MaxValue), (16, rights, uint.MaxValue), (32, 5, uint.MaxValue)];
        var list = new byte[4 + (8 * entries.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(list, 2);
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = list.AsSpan(4 + (8 * i));
            BinaryPrimitives.WriteUInt16LittleEndian(entry, entries[i].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], entries[i].Rights);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], entries[i].Account);
        }

        return SetAttribute(path, "system.posix_acl_access", list, (nuint)list.Length, 0) == 0;
    }

    [LibraryImport("libc", EntryPoint = "lchown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "setxattr", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetAttribute(string path, string name, byte[] value, nuint size, int flags);
}
