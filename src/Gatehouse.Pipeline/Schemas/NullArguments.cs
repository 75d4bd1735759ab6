using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Schemas;

/// <summary>
/// Arguments in their meaning when a client writes null for omitted ones (SEP-2243 counts null as absent, and clients whose model must name every
/// argument write it for optional ones). Only for the check; the message is unchanged.
/// </summary>
internal static class NullArguments
{
    /// <summary>Returns the arguments without those that are null and that the schema names; null when there are none.</summary>
    public static byte[]? Without(ReadOnlySpan<byte> message, ByteRange arguments, ReadOnlySpan<byte> schema)
    {
        if (arguments.IsAbsent || !JsonWalk.TryFindMember(schema, new ByteRange(0, schema.Length), "properties"u8, out var declared)
            || schema[declared.Start] != (byte)'{') return null;
        List<byte> rest = new(arguments.Length) { (byte)'{' };
        HashSet<string>? names = null;
        var found = false;
        foreach (var member in JsonWalk.Members(message, arguments))
        {
            if (member.Value.Of(message).SequenceEqual("null"u8)
                && (names ??= NamesOf(schema, declared)).Contains(JsonWalk.String(message, member.Name)!))
            {
                found = true;
                continue;
            }

            if (rest.Count > 1) rest.Add((byte)',');
            rest.AddRange(member.Name.Of(message));
            rest.Add((byte)':');
            rest.AddRange(member.Value.Of(message));
        }

        rest.Add((byte)'}');
        return found ? [.. rest] : null;
    }

    /// <summary>Returns the names of the members of an object.</summary>
    public static HashSet<string> NamesOf(ReadOnlySpan<byte> bytes, ByteRange members)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in JsonWalk.Members(bytes, members)) names.Add(JsonWalk.String(bytes, member.Name)!);
        return names;
    }
}
