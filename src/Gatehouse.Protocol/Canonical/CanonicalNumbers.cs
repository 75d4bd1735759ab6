namespace Gatehouse.Protocol.Canonical;

/// <summary>The canonical form of a number that a double cannot hold exactly.</summary>
public enum CanonicalNumbers
{
    /// <summary>As the nearest double, which RFC 8785 section 3.2.2.3 asks for. Two such numbers may then read alike.</summary>
    Rfc8785 = 0,

    /// <summary>
    /// As its exact digits. Numbers that a double holds are written as RFC 8785 says, so documents without others come out the same. But
    /// 9007199254740992 and 9007199254740993 stay different, as a digest of text for a model requires.
    /// </summary>
    Exact = 1,
}
