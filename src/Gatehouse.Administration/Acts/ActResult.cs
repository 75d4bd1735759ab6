namespace Gatehouse.Administration.Acts;

/// <summary>The result of an act as it travels. Every member is one that a program may read.</summary>
internal abstract record ActResult
{
    /// <summary>The result in a sentence, for a person; null where the members say it all.</summary>
    public virtual string? Sentence => null;
}
