namespace Gatehouse.Storage.Abstractions;

/// <summary>Questions to people, and their answers.</summary>
/// <remarks>
/// <para>Each act that changes a state is atomic: of any number of concurrent acts on one question, in one process or several, exactly one
/// decides it, and exactly one uses its grant.</para>
/// <para>Each act that changes a state or adds an answer also marks the row as not noted. The caller then writes the entry of the audit log, marks
/// the row as noted, and only afterwards lets the effect happen. After a crash the rows that are not noted are found again, so that no effect is
/// without an entry (a transactional outbox).</para>
/// <para>A question is over at its <see cref="ApprovalRow.Expires"/>: at that tick an answer and a use find nothing any more.</para>
/// <para>A finished question is kept for lists and comparisons until its time is over. One party, and all parties together, have a bound for them: a
/// caller who asks again and again fills neither the table nor the disk. What is not noted is never dropped, also when its time is over, and
/// neither are the answers to a question that is not noted.</para>
/// </remarks>
public interface IApprovalStore
{
    /// <summary>
    /// The most finished questions of one party, and of all parties, that are kept when another one is added. Beyond it, and beyond the bytes of
    /// <see cref="ApprovalBounds"/>, those that changed first go, and denied ones go last: a denial answers the same call for a time.
    /// </summary>
    const int MostFinishedOfParty = 100;

    /// <inheritdoc cref="MostFinishedOfParty"/>
    const int MostFinished = 10_000;

    /// <summary>The number of questions of one page where all of them are read, one page after the other.</summary>
    const int PageSize = 16;

    /// <summary>The most questions that one act expires.</summary>
    const int MostExpired = 1000;

    /// <summary>Adds an open question, not noted.</summary>
    /// <param name="row">The question, with a new id and in state <see cref="ApprovalState.Open"/>.</param>
    /// <param name="bounds">
    /// The bounds of questions that are not over, compared in the act that adds the question. Those of bytes hold for finished questions too, for
    /// themselves: finished ones make room, and never keep a question from being asked.
    /// </param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether it was added. A row that is over counts for no bound and does not keep its digest.</returns>
    /// <exception cref="ArgumentException">A part of the row is out of its range, its state is another one, or its id is there already.</exception>
    /// <exception cref="StoreException">Nothing was added: there is no room, or the disk refused.</exception>
    ValueTask<ApprovalAdding> AddAsync(ApprovalRow row, ApprovalBounds bounds, CancellationToken cancellation = default);

    /// <summary>Finds a question that is not forgotten, in whatever state.</summary>
    /// <exception cref="ArgumentException">The identifier is too long or no text.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<ApprovalRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>
    /// Finds the question with one of the digests that is open or granted and not over; without one, the one that was denied last and is not
    /// forgotten.
    /// </summary>
    /// <exception cref="ArgumentException">A digest is out of its range.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<ApprovalRow?> FindByDigestAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> digests, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>
    /// Finds the question with the digest in <see cref="ApprovalRow.Like"/> that was granted or spent last and is not forgotten.
    /// </summary>
    /// <exception cref="ArgumentException">A digest is out of its range.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<ApprovalRow?> FindLikeAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> likes, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>
    /// A page of the questions that are not forgotten, the oldest first. Open and granted ones that are over are among them until they expire.
    /// </summary>
    /// <remarks>
    /// The first page has the newest questions. The first row of a page is <paramref name="before"/> of the next page. The sealed facts of a page
    /// are in memory together: <see cref="PageSize"/> rows have at most 6 MiB of them.
    /// </remarks>
    /// <param name="state">Only those in this state; null for all.</param>
    /// <param name="kind">Only those of this kind; null for all.</param>
    /// <param name="before">Only those that were asked before this one; null for all. Of equal moments the smaller id is the earlier one.</param>
    /// <param name="most">At most so many, 1 or more: the newest ones.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">The number is out of its range.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<ApprovalRow>> ListAsync(
        ApprovalState? state, ApprovalKind? kind, ApprovalRow? before, int most, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>The answers to a question, the oldest first.</summary>
    /// <exception cref="ArgumentException">The identifier is too long or no text.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<ApprovalAnswerRow>> AnswersAsync(string id, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>
    /// Adds one person's answer, not noted, in one atomic act. A denial decides, also that of a person who granted before: it replaces that grant. A
    /// grant decides when as many different people granted as the question needs.
    /// </summary>
    /// <param name="answer">The answer.</param>
    /// <param name="grantExpires">
    /// When the grant is over, if this answer makes it. The row is not forgotten before that. Neither the row nor its answers are forgotten before
    /// this answer.
    /// </param>
    /// <param name="now">The moment of the act.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">A part of the row is out of its range.</exception>
    /// <exception cref="StoreException">Nothing was added: there is no room, or the disk refused.</exception>
    ValueTask<AnswerResult> AnswerAsync(
        ApprovalAnswerRow answer, DateTimeOffset grantExpires, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Changes the state if it is the given one and the question is not over. The row is then not noted.</summary>
    /// <param name="id">The question.</param>
    /// <param name="from">The state that it has to be in, open or granted.</param>
    /// <param name="to">The new state: spent (from granted only) or closed.</param>
    /// <param name="now">The moment of the act.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>True for exactly one of several concurrent acts.</returns>
    /// <exception cref="ArgumentException">The identifier is too long or no text, or there is no such change.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask<bool> ChangeAsync(string id, ApprovalState from, ApprovalState to, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>
    /// Closes a question by an act of a person, and keeps the act as an answer that grants nothing, in one atomic act. Row and answer are then not
    /// noted. It needs no room in the store.
    /// </summary>
    /// <param name="act">The act: an answer that grants nothing. It takes the place of an earlier one with the same <c>Person</c>.</param>
    /// <param name="from">The state that the question has to be in, open or granted.</param>
    /// <param name="now">The moment of the act.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>True for exactly one of several concurrent acts; false where nothing was changed.</returns>
    /// <exception cref="ArgumentException">A part of the act is out of its range, it grants, or there is no such change.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask<bool> WithdrawAsync(ApprovalAnswerRow act, ApprovalState from, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Expires the open and granted questions that are over, at most <see cref="MostExpired"/> in one act.</summary>
    /// <returns>The ids of the questions that this act expired. They are not noted.</returns>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask<IReadOnlyList<string>> ExpireAsync(DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Marks that the entry about a state is in the audit log. Does nothing if the state is another one by now.</summary>
    /// <exception cref="ArgumentException">The identifier is too long or no text.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask NoteAsync(string id, ApprovalState state, CancellationToken cancellation = default);

    /// <summary>Marks that the entry about an answer is in the audit log.</summary>
    /// <exception cref="ArgumentException">The identifier is too long or no text, or the digest is out of its range.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask NoteAnswerAsync(string id, ReadOnlyMemory<byte> person, CancellationToken cancellation = default);

    /// <summary>
    /// Removes the sealed facts of an erased person: of all questions of that party, and of all answers of that person, which stay as answers. Open
    /// and granted questions of that party are closed.
    /// </summary>
    /// <param name="parties">Digests of the person as a party.</param>
    /// <param name="persons">Digests of the person who answers.</param>
    /// <param name="now">The moment of the act.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The questions that this act closed, as they are now: not noted.</returns>
    /// <exception cref="ArgumentException">A digest is out of its range.</exception>
    /// <exception cref="StoreException">Nothing was changed: the disk refused.</exception>
    ValueTask<IReadOnlyList<ApprovalRow>> EraseAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> parties, IReadOnlyList<ReadOnlyMemory<byte>> persons, DateTimeOffset now,
        CancellationToken cancellation = default);

    /// <summary>The ids of all questions whose state is not noted, also of those that are over.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<string>> UnnotedAsync(CancellationToken cancellation = default);

    /// <summary>The ids of all questions with an answer that is not noted.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<string>> UnnotedAnswersAsync(CancellationToken cancellation = default);
}
