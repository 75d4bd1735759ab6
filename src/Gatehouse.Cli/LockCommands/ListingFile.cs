using Gatehouse.Files;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Cli.LockCommands;

/// <summary>
/// A file with a server's definitions: one answer, or a list of answers, to <c>server/discover</c>, <c>initialize</c> and the lists, each with or
/// without its JSON-RPC frame.
/// </summary>
internal static class ListingFile
{
    private const int Largest = 16 << 20;

    private static readonly MessageLimits Limits = MessageLimits.Default with { MaxBytes = Largest, MaxMembers = 65_536, MaxValues = 2_000_000 };

    private static readonly DefinitionKind[] Lists =
        [DefinitionKind.Tool, DefinitionKind.Prompt, DefinitionKind.Resource, DefinitionKind.ResourceTemplate];

    /// <summary>Reads the file. Returns null, with a fault, when it is none.</summary>
    public static ObservedServer? Read(string server, ServerIdentity identity, string path, out string? fault)
    {
        if (ReadBytes(path, out fault) is not { } bytes) return null;
        if (!JsonValidator.TryValidate(bytes, Limits, out var failure))
        {
            fault = $"{path} is not one unambiguous JSON document ({failure.Fault})";
            return null;
        }

        var definitions = new List<ServerDefinition>();
        var unpinnable = 0;
        var start = bytes.AsSpan().IndexOfAnyExcept(" \t\r\n"u8);
        var all = new ByteRange(start, bytes.AsSpan().TrimEnd(" \t\r\n"u8).Length - start);
        foreach (var answer in Answers(bytes, all))
        {
            var result = JsonWalk.TryFindMember(bytes, answer, "result"u8, out var inner) ? inner : answer;
            unpinnable += DefinitionReader.ReadServer(bytes, result, definitions);
            foreach (var kind in Lists) unpinnable += DefinitionReader.ReadList(kind, bytes, result, definitions);
        }

        if (definitions.Count + unpinnable == 0)
        {
            fault = $"{path} contains no definition";
            return null;
        }

        return new ObservedServer(server, identity, definitions)
        { Unpinnable = [.. Enumerable.Repeat((DefinitionKind.Tool, "an entry without a name of its own"), unpinnable)] };
    }

    private static List<ByteRange> Answers(byte[] bytes, ByteRange all)
    {
        if (bytes[all.Start] != (byte)'[') return [all];
        var answers = new List<ByteRange>();
        foreach (var answer in JsonWalk.Elements(bytes, all)) answers.Add(answer);
        return answers;
    }

    private static byte[]? ReadBytes(string path, out string? fault)
    {
        fault = null;
        try
        {
            return RegularFile.ReadBytes(path, Largest);
        }
        catch (FileTooLargeException)
        {
            fault = $"{path} is larger than 16 MiB";
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = $"{path} cannot be read: give a regular file that this account can read, and no pipe or device";
            return null;
        }
    }
}
