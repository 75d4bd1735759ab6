namespace Gatehouse.Detection.Rules;

/// <summary>The role of a text.</summary>
public enum TextRole
{
    /// <summary>It is read as prose: a description, a title, instructions.</summary>
    Prose = 0,

    /// <summary>It is an identifier: the name of a tool or parameter.</summary>
    Name,

    /// <summary>It is a value: a default, an example, a member of an enumeration.</summary>
    Value,
}
