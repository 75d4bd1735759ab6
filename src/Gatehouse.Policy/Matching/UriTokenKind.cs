namespace Gatehouse.Policy.Matching;

/// <summary>Parts of a resource pattern.</summary>
internal enum UriTokenKind
{
    /// <summary>These characters.</summary>
    Literal,

    /// <summary><c>*</c>: any run of characters, also none.</summary>
    Any,

    /// <summary><c>{name}</c>: one or more characters other than <c>/</c>, <c>?</c> and <c>#</c>.</summary>
    Segment,

    /// <summary><c>{+name}</c>: one or more characters.</summary>
    Rest,
}
