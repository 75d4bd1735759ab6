namespace Gatehouse.Protocol.Json;

/// <summary>The bytes of one member of an object with one of its commas, so that the object is JSON without them.</summary>
public static class MemberRange
{
    /// <summary>Finds a member by its decoded name.</summary>
    /// <param name="bytes">The validated message.</param>
    /// <param name="jsonObject">The object's range.</param>
    /// <param name="utf8Name">The name, not escaped.</param>
    /// <param name="others">The number of the object's other members.</param>
    /// <returns>Null when the object does not have it.</returns>
    public static ByteRange? Find(ReadOnlySpan<byte> bytes, ByteRange jsonObject, ReadOnlySpan<byte> utf8Name, out int others)
    {
        others = 0;
        ByteRange? found = null;
        var before = -1; // the end of the member before
        var isFirst = false; // then the comma is the one behind it
        foreach (var member in JsonWalk.Members(bytes, jsonObject))
        {
            if (isFirst && others == 0) found = Between(found!.Value.Start, member.Name.Start);
            if (JsonText.Is(member.Name.Of(bytes), utf8Name))
            {
                isFirst = before < 0;
                found = Between(isFirst ? member.Name.Start : before, member.Value.End);
            }
            else
            {
                others++;
            }

            before = member.Value.End;
        }

        return found;
    }

    private static ByteRange Between(int start, int end) => new(start, end - start);
}
